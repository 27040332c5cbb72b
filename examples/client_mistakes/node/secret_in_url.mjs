// Puts its secret into the URL of the token request.

import { Results, main } from "../../good_clients/results.mjs";

class SecretInUrl extends Results {
  async requestToken() {
    const { CLIENT_ID, CLIENT_SECRET } = process.env;
    const query = new URLSearchParams({ client_id: CLIENT_ID, client_secret: CLIENT_SECRET });
    const answer = await this.exchange("GET", `${this.tokenUrl}?${query}`, {});
    return answer.status === 200 ? answer : super.requestToken();
  }
}

await main(SecretInUrl);
