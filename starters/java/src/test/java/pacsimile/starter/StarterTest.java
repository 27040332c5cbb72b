package pacsimile.starter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PacsimileExtension.class)
class StarterTest {
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> get(String address, String authorization) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).header("Authorization", authorization).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String bearer(World world) throws Exception {
        String credentials = world.clientId + ":" + world.clientSecret;
        String basic = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes());
        return "Bearer " + Json.object(get(world.tokenEndpoint, basic).body()).get("access_token");
    }

    private Object status(World world, Map<String, Object> order, String bearer) throws Exception {
        HttpResponse<String> answer = get(world.url + "/status?order_id=" + order.get("order_id"), bearer);
        return answer.statusCode() == 200 ? Json.object(answer.body()).get("status") : answer.statusCode();
    }

    @Test
    void anOrderCompletesWhenTheClockMoves(World world) throws Exception {
        Map<String, Object> order = world.order("PROCESSING");
        String bearer = bearer(world);
        assertEquals("PROCESSING", status(world, order, bearer));
        world.advance(20 * 60);
        assertEquals("COMPLETED", status(world, order, bearer));
        assertEquals(2, world.calls("getStatus"));
        world.expectGoodClient();
    }

    @Test
    void aFaultIsMetOnce(World world) throws Exception {
        Map<String, Object> order = world.order("COMPLETED");
        world.fault("getStatus", 503, 1);
        String bearer = bearer(world);
        assertEquals(503, status(world, order, bearer));
        assertEquals("COMPLETED", status(world, order, bearer));
    }

    @Test
    void anOrderIsMovedByHandAndARefusalSaysWhy(World world) throws Exception {
        Map<String, Object> order = world.order("RECEIVED");
        world.move((String) order.get("order_id"), "fail");
        assertEquals("FAILED", status(world, order, bearer(world)));
        String words = assertThrows(IllegalStateException.class,
            () -> world.move((String) order.get("order_id"), "finish")).getMessage();
        assertTrue(words.contains("409"), words);
    }

    @Test
    void aClientThatDidNothingIsNoGoodClient(World world) {
        assertTrue(assertThrows(AssertionError.class, world::expectGoodClient).getMessage().contains("no call"));
    }

    @Test
    void whatTheCommandSaysIsInTheError() {
        String words = assertThrows(IllegalStateException.class, () -> Mock.start("--no-such-option")).getMessage();
        assertTrue(words.contains("--no-such-option"), words);
    }

    @Test
    void jsonIsReadAsItWasWritten() {
        Map<String, Object> read = Json.object("{\"a\": [1, -2.5e3, \"\\u00e9\\n\\\"\"], \"b\": {\"c\": null, \"d\": true}, \"e\": []}");
        assertEquals("{a=[1.0, -2500.0, \u00e9\n\"], b={c=null, d=true}, e=[]}", read.toString());
        assertEquals("a\"\\\n", Json.object(Json.write(Map.of("k", "a\"\\\n"))).get("k"));
    }
}
