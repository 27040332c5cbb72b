// Takes a 409 as final.

import { Results, main } from "../../good_clients/results.mjs";

class Final extends Results {
  failedForNow(answer) {
    return answer.status !== 409 && super.failedForNow(answer);
  }
}

await main(Final);
