/** Whether the service answers. While it does not, the page says so and claims nothing of runs and scenarios. */

import * as api from '../api/client';

/** Lost contact is noticed within this time and the time that an answer may take, together less than five seconds. */
const ASK_MS = 1500;

export class Connection {
  lost = $state(false);
  private timer = 0;

  /** Asks again and again until `stop` is called; `onReturn` is called when the service answers again. */
  watch(onReturn: () => void): () => void {
    const settle = (reached: boolean) => {
      const returned = this.lost && reached;
      this.lost = !reached;
      if (returned) onReturn();
    };
    const ask = async () => {
      // Nobody looks at a hidden page, and browsers slow its timers down.
      if (!document.hidden) settle(await api.reachService());
      this.timer = window.setTimeout(() => void ask(), ASK_MS);
    };
    this.timer = window.setTimeout(() => void ask(), ASK_MS);
    const isOffline = () => settle(false);
    addEventListener('offline', isOffline);
    return () => {
      clearTimeout(this.timer);
      removeEventListener('offline', isOffline);
    };
  }
}
