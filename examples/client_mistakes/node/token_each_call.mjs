// Asks for a token for each call.

import { Results, main } from "../../good_clients/results.mjs";

class TokenEachCall extends Results {
  accessToken() {
    this.token = null;
    return super.accessToken();
  }
}

await main(TokenEachCall);
