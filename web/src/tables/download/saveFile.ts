/** Lets the browser save what the server made, or the page. */

import * as api from '../../api/client';
import { app } from '../../app/app';

export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  saveAddress(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The browser itself loads what is too large to be held here; the server names it. */
export function saveAddress(address: string, name = ''): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

/** Loads a file and saves it under the name that the server gives it; what goes wrong is told. */
export async function saveFile(address: string): Promise<void> {
  const text = app.language.text.packages;
  app.messages.showMessage(text.preparing);
  try {
    const { blob, name } = await api.loadFile(address);
    saveBlob(blob, name);
    app.messages.showMessage('');
  } catch (error) {
    app.messages.showError(error);
  }
}
