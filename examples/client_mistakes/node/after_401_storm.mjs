// Sends a refused token again and again.

import { Results, main } from "../../good_clients/results.mjs";

class Storm extends Results {
  async call(...given) {
    for (let attempt = 0; attempt < 4; attempt++) {
      const answer = await this.repeat(() => this.send(...given));
      if (answer.status !== 401) return answer;
    }
    return super.call(...given);
  }
}

await main(Storm);
