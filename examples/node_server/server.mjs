// Start the server on this machine and print one line of JSON that says where it listens.
//
// For instance: `node examples/node_server/server.mjs --port 0`.

import { parseArgs } from "node:util";
import { Service } from "./api.mjs";
import { DEFECTS } from "./defects.mjs";
import { furnish } from "./demo.mjs";
import { serverOf } from "./http.mjs";
import { OFFERED_TYPES } from "./orders.mjs";
import { States } from "./states.mjs";

const OPTIONS = {
  port: { type: "string", default: "8091" },
  defect: { type: "string", multiple: true },
  types: { type: "string" },
};

/** Ends with one line and exit status 2. */
function fail(message) {
  process.stderr.write(`node server: ${message}\n`);
  process.exit(2);
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    fail(error.message);
  }
  const port = /^[0-9]{1,5}$/.test(values.port) ? Number(values.port) : NaN;
  if (!(port <= 65535)) fail("--port is a number up to 65535; 0 finds a free one");
  const defects = new Set(values.defect);
  if ([...defects].some((name) => !DEFECTS.has(name))) {
    fail(`--defect is one of ${[...DEFECTS.keys()].join(", ")}`);
  }
  const types = values.types?.split(",") ?? OFFERED_TYPES;
  if (!types.some((type) => type !== "fhir") || types.some((type) => !OFFERED_TYPES.includes(type))) {
    fail(`--types are some of ${OFFERED_TYPES.join(",")}, and not fhir alone`);
  }
  return { port, types, defects };
}

const { port, types, defects } = readOptions();
OFFERED_TYPES.splice(0, Infinity, ...new Set(types));
const { NODE_SERVER_ID: clientId, NODE_SERVER_SECRET: clientSecret, NODE_SERVER_STATES_TOKEN } = process.env;
const service = new Service();
const states = new States(service, NODE_SERVER_STATES_TOKEN || undefined);
const clients = furnish(states.world, { clientId: clientId || undefined, clientSecret: clientSecret || undefined });
for (const name of defects) DEFECTS.get(name)(service);

const answer = (request) => (request.path === "/states" ? states : service).answer(request);
const server = serverOf(answer, () => service.clock.now());
server.on("error", (error) => fail(`cannot listen on port ${port}: ${error.code}`));
server.listen(port, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  service.tokens.issuer = `${url}/oauth2`;
  const line = {
    url,
    oauth2_endpoint: `${url}/oauth2`,
    jwks_url: `${url}/oauth2/keys`,
    states_url: `${url}/states`,
    states_token: states.token,
    pid: process.pid,
    clients: clients.map((client) => ({
      client_id: client.clientId,
      client_secret: client.clientSecret,
      organization_id: client.organizationId,
      scopes: client.scopes,
    })),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
