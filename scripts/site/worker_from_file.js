// A browser gives no worker to a page that was opened from a file. There the search's worker runs in a hidden frame instead.
if (location.protocol === "file:") {
  // As between a page and its worker, a message is a copy, and arrives later: the page draws itself in between.
  const deliver = (data, receiver) => {
    const message = new MessageEvent("message", { data: structuredClone(data) });
    setTimeout(() => receiver()?.onmessage?.(message));
  };

  window.Worker = class {
    constructor(address) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      this.started = new Promise((resolve, reject) => {
        const script = inside.document.createElement("script");
        script.src = new URL(address, location.href);
        script.onload = resolve;
        script.onerror = reject;
        // What the worker sends comes to us as a message of the worker, not of the frame's window.
        inside.postMessage = (data) => deliver(data, () => this);
        inside.document.body.append(script);
      });
      this.started.catch((error) => this.onerror?.(error));
    }

    postMessage(data) {
      this.started.then(() => deliver(data, () => this.frame.contentWindow), () => {});
    }

    terminate() {
      this.frame.remove();
    }
  };
}
