/** The packages of the area: those that were made, the one that is being made, and what is known of the plan. */

import * as api from '../api/client';
import type { PackageList, PackageStatus } from '../api/types';
import type { Messages } from '../app/messages.svelte';
import type { PageLanguage } from '../text/pageLanguage.svelte';
import { makeOrder, type PackageForm } from './form';

const POLL_MS = 700;

export class Packages {
  panelOpen = $state(false);
  list = $state.raw<PackageList | null>(null);
  failure = $state('');
  /** The package that was ordered on this page last. */
  ordered = $state.raw<PackageStatus | null>(null);
  readonly making = $derived(
    this.ordered && ['accepted', 'running'].includes(this.ordered.status) ? this.ordered : null,
  );
  private readonly language: PageLanguage;
  private readonly messages: Messages;
  private watching = false;

  constructor(language: PageLanguage, messages: Messages) {
    this.language = language;
    this.messages = messages;
  }

  /** Loads what the form shows; a package that another page has ordered is watched, too. */
  async loadList(): Promise<void> {
    await this.attempt(async () => {
      this.list = await api.loadPackages();
      const open = this.list.packages.find(({ status }) => status === 'accepted' || status === 'running');
      if (!open || this.making) return;
      this.ordered = open;
      void this.watchOrdered(() => undefined);
    });
  }

  /** Orders a package; `onmade` is told when it is there. */
  async orderPackage(
    form: PackageForm,
    inputs: Record<string, unknown>,
    onmade: (made: PackageStatus) => void,
  ): Promise<void> {
    await this.attempt(async () => {
      this.ordered = await api.orderPackage(makeOrder(form, inputs));
      void this.watchOrdered(onmade);
    });
  }

  /** Asks how far it is until it is over. */
  private async watchOrdered(onmade: (made: PackageStatus) => void): Promise<void> {
    if (this.watching) return;
    this.watching = true;
    try {
      while (this.making) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        const { id } = this.making ?? {};
        if (!id) return;
        const now = await api.loadPackage(id).catch((error: unknown) => {
          // It was ended elsewhere: it will never be there.
          if (error instanceof api.ApiError && error.status === 404) return null;
          return this.ordered;
        });
        // It may have been ended here while this was asked.
        if (this.making) this.ordered = now;
      }
      if (this.ordered?.status !== 'successful') return;
      onmade(this.ordered);
      await this.loadList();
    } catch (error) {
      this.messages.showError(error);
    } finally {
      this.watching = false;
    }
  }

  /** Stops making a package, or removes one that was made. */
  async dismissPackage(id: string): Promise<void> {
    await this.attempt(async () => {
      const ended = await api.dismissPackage(id);
      if (this.ordered?.id === id) this.ordered = ended;
      this.list = await api.loadPackages();
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.failure = '';
    try {
      await work();
    } catch (error) {
      this.failure = this.language.explainError(error);
    }
  }
}
