/** The report on the data, loaded when it is first looked at; and what its doubts change in the answers. */

import * as api from '../api/client';
import type { QualityEffects, QualityReport } from '../api/types';
import type { Messages } from '../app/messages.svelte';

const POLL_MS = 800;

export class Quality {
  panelOpen = $state(false);
  report = $state.raw<QualityReport | null>(null);
  effects = $state.raw<QualityEffects | null>(null);
  /** The layer whose notes are shown, by its code. */
  openLayer = $state<string | null>(null);
  /** The note that is brought into view, by its number. */
  openNote = $state<number | null>(null);
  private readonly messages: Messages;
  private watching = false;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  async openPanel(): Promise<void> {
    this.panelOpen = true;
    if (this.report) return;
    await this.attempt(async () => {
      const report = await api.loadQuality();
      this.report = report;
      this.effects = report.effects;
      if (report.effects.status === 'running') void this.watchEffects();
    });
  }

  /** Opens the note that an effect speaks of. */
  showNote(layer: string, note: number): void {
    this.openLayer = layer;
    this.openNote = note;
  }

  async startEffects(): Promise<void> {
    await this.attempt(async () => {
      this.effects = await api.startEffects();
      await this.watchEffects();
    });
  }

  async stopEffects(): Promise<void> {
    await this.attempt(async () => {
      this.effects = await api.stopEffects();
    });
  }

  /** Asks how far the computation is until it has ended. */
  private async watchEffects(): Promise<void> {
    if (this.watching) return;
    this.watching = true;
    try {
      while (this.effects?.status === 'running') {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        this.effects = await api.loadEffects();
      }
    } finally {
      this.watching = false;
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
