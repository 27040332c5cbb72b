// Opens a connection for each call.

import { Results, main } from "../../good_clients/results.mjs";

class ConnectionEachCall extends Results {
  exchange(method, url, headers, body) {
    return super.exchange(method, url, { ...headers, Connection: "close" }, body);
  }
}

await main(ConnectionEachCall);
