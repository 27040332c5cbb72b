import java.net.http.HttpResponse;
import java.nio.file.Path;

/** Stores whatever came, whole or not. */
final class BrokenBody extends Results {
    BrokenBody(Path folder) {
        super(folder);
    }

    @Override
    void checkWhole(HttpResponse<byte[]> answer) {
    }

    public static void main(String[] words) {
        main(BrokenBody::new, words);
    }
}
