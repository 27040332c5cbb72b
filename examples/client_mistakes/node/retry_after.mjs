// Asks again before Retry-After has passed.

import { Results, main } from "../../good_clients/results.mjs";

class RetryAfter extends Results {
  retryAfter() {
    return 0;
  }
}

await main(RetryAfter);
