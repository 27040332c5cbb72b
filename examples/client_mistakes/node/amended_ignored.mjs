// Ignores an amended report, because its order has one.

import { Results, main } from "../../good_clients/results.mjs";

class AmendedIgnored extends Results {
  async take(report) {
    return report.supersedes !== null ? report.report_id : super.take(report);
  }
}

await main(AmendedIgnored);
