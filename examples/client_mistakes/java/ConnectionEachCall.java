import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** Opens a connection for each call. */
final class ConnectionEachCall extends Results {
    ConnectionEachCall(Path folder) {
        super(folder);
    }

    @Override
    HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
        http = HttpClient.newHttpClient();
        return super.exchange(request);
    }

    public static void main(String[] words) {
        main(ConnectionEachCall::new, words);
    }
}
