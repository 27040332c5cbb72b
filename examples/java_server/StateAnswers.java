import java.util.List;
import java.util.Map;

/** What provider states share: the organization that they are made in, and the members of each answer. */
abstract class StateAnswers {
    protected final World world;

    protected StateAnswers(World world) {
        this.world = world;
    }

    /** The organization that a state is made in: a new one, or one that a state has made. */
    protected World.Organization organization(Params params) {
        return params.has("organization_id") ? made(params.text("organization_id")) : newOrganization();
    }

    private World.Organization made(String id) {
        World.Organization organization = world.organizations.get(id);
        if (organization == null || !organization.made) {
            throw new Params.Unusable("organization_id is not one that a state has made");
        }
        return organization;
    }

    /** A new organization. */
    protected World.Organization newOrganization() {
        String id = "site." + Tokens.drawn().substring(0, 10).replace("-", "x").replace("_", "y");
        World.Organization organization = new World.Organization(id, true);
        world.organizations.put(id, organization);
        return organization;
    }

    /** A new client of an organization. */
    protected World.Client newClient(World.Organization organization, List<String> scopes) {
        World.Client client = new World.Client("client-" + Tokens.drawn().substring(0, 12), Tokens.drawn(),
                organization, scopes);
        world.clients.put(client.id, client);
        return client;
    }

    /** The client of this id. */
    protected World.Client client(String id) {
        World.Client client = world.clients.get(id);
        if (client == null) {
            throw new Params.Unusable("there is no such client");
        }
        return client;
    }

    /** An answer, which begins with a client that may see what it is about. */
    protected Map<String, Object> answer(World.Organization organization, Object... members) {
        World.Client able = world.clients.values().stream()
                .filter(client -> client.organization == organization && client.scopes.contains("reports.ack"))
                .findFirst().orElse(null);
        return answer(able == null ? newClient(organization, Params.SCOPES.subList(0, 3)) : able, members);
    }

    /** An answer about this client. */
    protected static Map<String, Object> answer(World.Client client, Object... members) {
        Map<String, Object> answer = Json.object("organization_id", client.organization.id, "client_id", client.id,
                "client_secret", client.secret);
        answer.putAll(Json.object(members));
        return answer;
    }
}
