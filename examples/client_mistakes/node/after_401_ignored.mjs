// Stops at a 401 instead of asking for a new token.

import { GivenUp, Results, main } from "../../good_clients/results.mjs";

class Ignored extends Results {
  async call(...given) {
    const answer = await this.repeat(() => this.send(...given));
    if (answer.status === 401) throw new GivenUp("not authorized");
    return answer;
  }
}

await main(Ignored);
