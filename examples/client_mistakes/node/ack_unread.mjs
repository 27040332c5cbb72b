// Acknowledges reports that it has never fetched.

import { Results, main } from "../../good_clients/results.mjs";

class Unread extends Results {
  async take(report) {
    return report.report_id;
  }
}

await main(Unread);
