// Two workers share a client id, and each acknowledges without a body what was listed last: by the other one.
// `fetch` has one pool of connections for a process, so the second worker is a process of its own.

import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { fork } from "node:child_process";

import { Results, main } from "../../good_clients/results.mjs";

class Worker extends Results {
  async acknowledge() {
    this.expect200(await this.call("POST", "/reports", { organizationId: this.organizationId }));
  }
}

class SharedListing extends Worker {
  async collect() {
    const listed = await this.listing();
    const second = fork(fileURLToPath(import.meta.url), [this.folder, "second"]);
    await once(second, "message");
    for (const report of listed) if (listed.indexOf(report) % 2 === 0) await this.take(report);
    await this.acknowledge();
    second.send("take");
    await once(second, "exit");
    return listed.length;
  }
}

class Second extends Worker {
  async collect() {
    const listed = await this.listing();
    process.send("listed");
    await once(process, "message");
    for (const report of listed) if (listed.indexOf(report) % 2 === 1) await this.take(report);
    process.disconnect();
    return listed.length;
  }
}

await main(process.argv[3] === "second" ? Second : SharedListing);
