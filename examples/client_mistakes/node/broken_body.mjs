// Stores whatever came, whole or not.

import { Results, main } from "../../good_clients/results.mjs";

class BrokenBody extends Results {
  checkWhole() {}
}

await main(BrokenBody);
