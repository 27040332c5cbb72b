import java.net.http.HttpResponse;
import java.nio.file.Path;

/** Takes a 409 as final. */
final class After409Final extends Results {
    After409Final(Path folder) {
        super(folder);
    }

    @Override
    boolean failedForNow(HttpResponse<byte[]> answer) {
        return answer.statusCode() != 409 && super.failedForNow(answer);
    }

    public static void main(String[] words) {
        main(After409Final::new, words);
    }
}
