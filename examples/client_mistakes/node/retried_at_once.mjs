// Repeats a failed call without a pause.

import { Results, main } from "../../good_clients/results.mjs";

class AtOnce extends Results {
  pause() {
    return 0;
  }
}

await main(AtOnce);
