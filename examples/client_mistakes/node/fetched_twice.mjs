// Fetches each report twice: once to look at it, and once to store it.

import { Results, main } from "../../good_clients/results.mjs";

class FetchedTwice extends Results {
  async take(report) {
    await this.fetch(report);
    return super.take(report);
  }
}

await main(FetchedTwice);
