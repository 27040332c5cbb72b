import java.net.http.HttpResponse;
import java.nio.file.Path;

/** Asks again before Retry-After has passed. */
final class RetryAfter extends Results {
    RetryAfter(Path folder) {
        super(folder);
    }

    @Override
    double retryAfter(HttpResponse<byte[]> answer) {
        return 0;
    }

    public static void main(String[] words) {
        main(RetryAfter::new, words);
    }
}
