import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** PDF 1.4 of plain lines: A4, Courier, as many pages as it takes. */
final class Pdf {
    private static final Charset ANSI = Charset.forName("windows-1252");
    private static final int WIDTH = 85;
    private static final int HEIGHT = 60;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Integer> offsets = new ArrayList<>();

    private Pdf() {
    }

    /** A document of these lines; what Windows-1252 lacks becomes a question mark. */
    static byte[] of(List<String> lines) {
        List<String> wrapped = new ArrayList<>();
        lines.forEach(line -> wrap(line, wrapped));
        return new Pdf().written(wrapped);
    }

    private static void wrap(String line, List<String> wrapped) {
        String rest = line;
        while (rest.length() > WIDTH) {
            int space = rest.lastIndexOf(' ', WIDTH);
            int end = space > 0 ? space : WIDTH;
            wrapped.add(rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        wrapped.add(rest);
    }

    private byte[] written(List<String> lines) {
        int pages = (lines.size() + HEIGHT - 1) / HEIGHT;
        StringBuilder kids = new StringBuilder();
        for (int page = 0; page < pages; page++) {
            kids.append(4 + 2 * page).append(" 0 R ");
        }
        write("%PDF-1.4\n");
        object("<< /Type /Catalog /Pages 2 0 R >>");
        object("<< /Type /Pages /Kids [" + kids + "] /Count " + pages + " >>");
        object("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>");
        for (int page = 0; page < pages; page++) {
            object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
                    + " /Contents " + (5 + 2 * page) + " 0 R >>");
            String drawn = drawing(lines.subList(page * HEIGHT, Math.min(lines.size(), (page + 1) * HEIGHT)));
            object("<< /Length " + drawn.getBytes(ANSI).length + " >>\nstream\n" + drawn + "\nendstream");
        }
        int table = out.size();
        write("xref\n0 " + (offsets.size() + 1) + "\n0000000000 65535 f \n");
        offsets.forEach(offset -> write(String.format("%010d 00000 n \n", offset)));
        write("trailer\n<< /Size " + (offsets.size() + 1) + " /Root 1 0 R >>\nstartxref\n" + table + "\n%%EOF\n");
        return out.toByteArray();
    }

    private static String drawing(List<String> lines) {
        StringBuilder drawn = new StringBuilder("BT /F 9 Tf 12 TL 50 790 Td\n");
        for (String line : lines) {
            drawn.append('(').append(line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)"))
                    .append(") Tj T*\n");
        }
        return drawn.append("ET").toString();
    }

    private void object(String content) {
        offsets.add(out.size());
        write(offsets.size() + " 0 obj\n" + content + "\nendobj\n");
    }

    private void write(String text) {
        out.writeBytes(text.getBytes(text.startsWith("%PDF") ? StandardCharsets.US_ASCII : ANSI));
    }
}
