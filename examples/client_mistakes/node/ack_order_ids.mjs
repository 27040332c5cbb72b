// Acknowledges by the ids of orders.

import { Results, main } from "../../good_clients/results.mjs";

class OrderIds extends Results {
  async take(report) {
    return (await super.take(report)) === null ? null : report.order_id;
  }
}

await main(OrderIds);
