// Reads the first page of the listing, and believes that it is all.

import { Results, main } from "../../good_clients/results.mjs";

class FirstPageOnly extends Results {
  async listing() {
    return (await this.get("/reports", { organizationId: this.organizationId, limit: 2 })).reports;
  }
}

await main(FirstPageOnly);
