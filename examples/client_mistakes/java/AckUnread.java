import java.nio.file.Path;
import java.util.Map;

/** Acknowledges reports that it has never fetched. */
final class AckUnread extends Results {
    AckUnread(Path folder) {
        super(folder);
    }

    @Override
    String take(Map<?, ?> report) {
        return (String) report.get("report_id");
    }

    public static void main(String[] words) {
        main(AckUnread::new, words);
    }
}
