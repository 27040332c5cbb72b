// Makes a call that the description does not allow: it misspells a parameter.

import { Results, main } from "../../good_clients/results.mjs";

class NotDescribed extends Results {
  async listing() {
    const answer = await this.call("GET", "/reports", { organization_id: this.organizationId });
    return answer.status === 200 ? JSON.parse(answer.body).reports : super.listing();
  }
}

await main(NotDescribed);
