/** The projects that there are, as the server last told. */

import { ApiError } from '../api/client';
import type { Messages } from '../app/messages.svelte';
import * as requests from './requests';
import type { ProjectList } from './types';

/** How often the list is asked for while something in it goes on. */
const PAUSE_MS = 1500;

export class ProjectChoice {
  list = $state.raw<ProjectList | null>(null);
  /** Why there is no list, for the person at the page. */
  failure = $state<unknown>(null);
  private readonly messages: Messages;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  get isBusy(): boolean {
    return !!this.list?.projects.some(({ state }) => state === 'opening' || state === 'running');
  }

  async reload(): Promise<void> {
    try {
      this.list = await requests.loadProjects();
      this.failure = null;
    } catch (error) {
      if (this.list && error instanceof ApiError && error.status) this.messages.showError(error);
      else this.failure = error;
    }
  }

  /** Asks again and again while something goes on; ends when the returned function is called. */
  watch(): () => void {
    const timer = setInterval(() => {
      if (this.isBusy) void this.reload();
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }

  copy = (id: string, name: string) => this.change(() => requests.copyProject(id, name));
  archive = (id: string) => this.change(() => requests.archiveProject(id));
  restore = (id: string) => this.change(() => requests.restoreProject(id));
  close = (id: string) => this.change(() => requests.closeProject(id));
  discard = (id: string) => this.change(() => requests.discardDraft(id));

  private async change(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.messages.showError(error);
    }
    await this.reload();
  }
}
