// Asks for a status again and again after equal pauses.

import { setTimeout as sleep } from "node:timers/promises";

import { FIRST_PAUSE, Results, main } from "../../good_clients/results.mjs";

class SteadyPolling extends Results {
  async waitFor(orderId) {
    while (["RECEIVED", "PROCESSING"].includes((await this.get("/status", { order_id: orderId })).status)) {
      await sleep(FIRST_PAUSE * 1000);
    }
  }
}

await main(SteadyPolling);
