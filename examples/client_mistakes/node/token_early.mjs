// Asks for a token for each report, long before the last one ends.

import { Results, main } from "../../good_clients/results.mjs";

class TokenEarly extends Results {
  async take(report) {
    this.token = null;
    await this.get("/status", { order_id: report.order_id });
    return super.take(report);
  }
}

await main(TokenEarly);
