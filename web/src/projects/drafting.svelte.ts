/** A project that is being made: what was brought in, what was found, what is asked. */

import type { Messages } from '../app/messages.svelte';
import type { CollectedFile } from './collectFiles';
import * as requests from './requests';
import type { Draft, Project, Question } from './types';

/** How often the server is asked how far its work is. */
const PAUSE_MS = 400;
/** Files that are sent at once. */
const AT_ONCE = 3;

export interface Sending {
  done: number;
  of: number;
  failed: { path: string; why: unknown }[];
}

export class Drafting {
  /** The draft in hand; `null`: none, or nothing has been brought in yet. */
  id = $state<string | null>(null);
  /** The page shows the making of a new project. */
  isOpen = $state(false);
  draft = $state.raw<Draft | null>(null);
  sending = $state.raw<Sending | null>(null);
  /** The project that it has become, on its way to being open. */
  opening = $state.raw<Project | null>(null);
  name = $state('');
  /** Questions that somebody leaves for later. */
  later = $state<string[]>([]);
  /** The question that is looked at, if somebody has chosen one. */
  chosenQuestion = $state<string | null>(null);
  private proposed = '';
  private readonly messages: Messages;
  private stopSending: AbortController | null = null;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  get openQuestions(): Question[] {
    return this.draft?.questions.filter(({ answer }) => answer === null) ?? [];
  }

  get question(): Question | null {
    const questions = this.draft?.questions ?? [];
    const chosen = questions.find(({ id }) => id === this.chosenQuestion);
    return chosen ?? this.openQuestions.find(({ id }) => !this.later.includes(id)) ?? null;
  }

  start(): void {
    this.isOpen = true;
  }

  leave(): void {
    this.stopSending?.abort();
    [this.id, this.draft, this.sending, this.name, this.later] = [null, null, null, '', []];
    [this.chosenQuestion, this.opening] = [null, null];
    this.isOpen = false;
  }

  /** Goes on with a draft that was begun before. */
  async resume(id: string): Promise<void> {
    this.isOpen = true;
    if (this.id === id) return;
    this.id = id;
    await this.attempt(async () => {
      this.take(await requests.loadDraft(id));
      await this.follow();
    });
    // What has become a project is in the list.
    if (!this.draft || this.draft.project) this.leave();
  }

  async useFolder(number: number, path: string): Promise<void> {
    await this.attempt(async () => {
      this.take(await requests.beginDraft('', { number, path }));
      await this.look();
    });
  }

  /** Sends the files, and looks at all of them when they are there. */
  async send(files: CollectedFile[], name: string): Promise<void> {
    if (!files.length) return;
    await this.attempt(async () => {
      if (!this.id) this.take(await requests.beginDraft(name));
      await this.sendAll(this.id!, files);
      this.take(await requests.loadDraft(this.id!));
      if (this.draft!.draft.files) await this.look();
    });
  }

  private async sendAll(id: string, files: CollectedFile[]): Promise<void> {
    const stop = (this.stopSending = new AbortController());
    const waiting = [...files];
    this.sending = { done: 0, of: files.length, failed: [] };
    const work = async () => {
      for (let next = waiting.shift(); next && !stop.signal.aborted; next = waiting.shift()) {
        const { path, file } = next;
        let failed = this.sending!.failed;
        try {
          await requests.sendFile(id, path, file, stop.signal);
        } catch (why) {
          if (stop.signal.aborted) return;
          failed = [...failed, { path, why }];
        }
        if (this.sending) this.sending = { ...this.sending, done: this.sending.done + 1, failed };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (this.sending && !this.sending.failed.length) this.sending = null;
  }

  stopSend(): void {
    this.stopSending?.abort();
    this.sending = null;
  }

  async look(): Promise<void> {
    await this.attempt(async () => {
      this.take(await requests.lookAtDraft(this.id!));
      await this.follow();
    });
  }

  async answer(id: string, code: string | null): Promise<void> {
    await this.attempt(async () => {
      this.take(await requests.answerDraft(this.id!, { [id]: code }));
      this.chosenQuestion = code === null ? id : null;
      this.later = this.later.filter((one) => one !== id);
    });
  }

  postpone(id: string): void {
    this.later = [...this.later, id];
    this.chosenQuestion = null;
  }

  /** Writes the project; gives its id, unless that comes to nothing. */
  async finish(): Promise<string | null> {
    await this.attempt(async () => {
      this.take(await requests.finishDraft(this.id!, this.name.trim()));
      await this.follow();
    });
    return this.draft?.project ?? null;
  }

  /** Opens the project, and gives the address at which its coverage is seen. */
  async openProject(id: string): Promise<string> {
    this.opening = await requests.openProject(id);
    while (this.opening.state === 'opening') {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      this.opening = await requests.loadProject(id);
    }
    const address = `areas/${encodeURIComponent(id)}/`;
    // Where something is missing for coverage, or the area cannot be opened, its own page says so.
    const job = await requests.startCoverage(id).catch(() => null);
    return job ? `${address}#run=${job}` : `${address}#`;
  }

  async stop(): Promise<void> {
    await this.attempt(async () => void (await requests.stopDraft(this.id!)));
  }

  async discard(): Promise<void> {
    const id = this.id;
    this.leave();
    if (id) await this.attempt(async () => void (await requests.discardDraft(id)));
  }

  private take(draft: Draft): void {
    this.id = draft.draft.id;
    this.draft = draft;
    // What somebody has written stands; what was proposed follows the data.
    if (!this.name || this.name === this.proposed) this.name = draft.proposed_name;
    this.proposed = draft.proposed_name;
  }

  /** Waits while the server works. */
  private async follow(): Promise<void> {
    while (this.id && ['looking', 'writing'].includes(this.draft?.draft.stage ?? '')) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const id = this.id;
      if (!id) return;
      const draft = await requests.loadDraft(id);
      if (this.id === id) this.take(draft);
    }
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.messages.showError(error);
    }
  }
}
