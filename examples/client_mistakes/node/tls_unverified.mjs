// Trusts whoever answers: verification is off.

import { Results, main } from "../../good_clients/results.mjs";

process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";

class Unverified extends Results {}

await main(Unverified);
