// Asks for reports by their study, although it knows their orders.

import { Results, main } from "../../good_clients/results.mjs";

class StudyView extends Results {
  async fetch({ study_uid }) {
    return this.expect200(await this.call("GET", "/results", { study_uid, report_type: "json" }));
  }
}

await main(StudyView);
