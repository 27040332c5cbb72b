package pacsimile.starter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
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
        return "Bearer " + Json.text(get(world.tokenEndpoint, basic).body(), "access_token");
    }

    private String status(World world, World.Order order, String bearer) throws Exception {
        HttpResponse<String> answer = get(world.url + "/status?order_id=" + order.orderId(), bearer);
        return Json.text(answer.body(), "status"); // a problem has one too
    }

    @Test
    void anOrderCompletesWhenTheClockMoves(World world) throws Exception {
        World.Order order = world.order("PROCESSING");
        String bearer = bearer(world);
        assertEquals("PROCESSING", status(world, order, bearer));
        world.advance(20 * 60);
        assertEquals("COMPLETED", status(world, order, bearer));
        assertEquals(2, world.calls("getStatus"));
        world.expectGoodClient();
    }

    @Test
    void aFaultIsMetOnce(World world) throws Exception {
        World.Order order = world.order("COMPLETED");
        world.fault("getStatus", 503, 1);
        String bearer = bearer(world);
        assertEquals("503", status(world, order, bearer));
        assertEquals("COMPLETED", status(world, order, bearer));
    }

    @Test
    void anOrderIsMovedByHandAndARefusalSaysWhy(World world) throws Exception {
        World.Order order = world.order("RECEIVED");
        world.move(order.orderId(), "fail");
        assertEquals("FAILED", status(world, order, bearer(world)));
        String words = assertThrows(IllegalStateException.class,
            () -> world.move(order.orderId(), "finish")).getMessage();
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
    void aMistakeIsNamedWithWhatToDo(World world) throws Exception {
        assertEquals("400", Json.text(get(world.url + "/status?order=1", bearer(world)).body(), "status"));
        String words = assertThrows(AssertionError.class, world::expectGoodClient).getMessage();
        assertTrue(words.startsWith("a call that the description does not allow\nCompare the call"), words);
    }

    @Test
    void aMemberIsFoundByItsName() {
        String json = "{\"a\": {\"no\": \"\\\"b\\\": 2\", \"b\": \"x\\n\\\"\\\\\\u00e9\"}, \"b\" : -3}";
        assertEquals("x\n\"\\\u00e9", Json.text(json, "b"));
        assertEquals(2, Json.all(json, "b").size());
        assertThrows(IllegalStateException.class, () -> Json.text(json, "c"));
    }
}
