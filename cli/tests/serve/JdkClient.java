import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Calls each operation as a Java client does who leaves all as it is: HTTP/2 is tried first, by an upgrade. */
public class JdkClient {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String base;
    private static String authorization;

    public static void main(String[] arguments) throws Exception {
        base = arguments[0];
        authorization = arguments[1];
        String token = send("getToken", get("/oauth2/token")).body();
        authorization = "Bearer " + token.replaceAll(".*\"access_token\":\"([^\"]*)\".*", "$1");
        String listed = send("listReports", get("/reports?organizationId=" + arguments[2])).body();
        String order = listed.replaceAll(".*?\"order_id\":\"([^\"]*)\".*", "$1");
        String study = listed.replaceAll(".*?\"study_uid\":\"([^\"]*)\".*", "$1");
        send("getStatus", get("/status?order_id=" + order));
        send("getOrderIds", get("/orderId?study_uid=" + study));
        send("getResult", get("/results?order_id=" + order + "&report_type=pdf"));
        send("refused", get("/status"));
        String target = "/reports?organizationId=" + arguments[2];
        send("acknowledgeNothing", post(target, "{\"report_ids\": []}"));
        send("acknowledgeExpecting", postExpecting(target, "{\"report_ids\": [\"unknown\"]}"));
        send("acknowledgeTooLarge", post(target, " ".repeat(2 << 20)));
        send("acknowledgeListed", request(target).POST(BodyPublishers.noBody()).build());
        parallel(order);
    }

    private static void parallel(String order) {
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            calls.add(CLIENT.sendAsync(get("/status?order_id=" + order), BodyHandlers.ofString()));
        }
        long right = calls.stream().filter(call -> call.join().statusCode() == 200).count();
        System.out.println("parallel " + right);
    }

    private static HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(base + target)).header("Authorization", authorization);
    }

    private static HttpRequest get(String target) {
        return request(target).GET().build();
    }

    private static HttpRequest post(String target, String body) {
        return request(target).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build();
    }

    private static HttpRequest postExpecting(String target, String body) {
        return request(target).header("Content-Type", "application/json").expectContinue(true)
            .POST(BodyPublishers.ofString(body)).build();
    }

    private static HttpResponse<String> send(String name, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            System.out.println(name + " " + response.statusCode() + " " + response.version());
            return response;
        } catch (java.io.IOException closed) {
            System.out.println(name + " closed");
            return null;
        }
    }
}
