import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;

/** Sends a refused token again and again. */
final class After401Storm extends Results {
    After401Storm(Path folder) {
        super(folder);
    }

    @Override
    HttpResponse<byte[]> call(String method, String path, Map<String, String> parameters, String content) {
        for (int attempt = 0; attempt < 4; attempt++) {
            HttpResponse<byte[]> answer = repeat(() -> send(method, path, parameters, content));
            if (answer.statusCode() != 401) {
                return answer;
            }
        }
        return super.call(method, path, parameters, content);
    }

    public static void main(String[] words) {
        main(After401Storm::new, words);
    }
}
