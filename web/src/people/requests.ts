/** What is asked of the service about people. Addresses are relative to the page, or to the list where many areas are served. */

import { loadJson, sendRequest } from '../api/client';
import type { PersonDescription, TrailPage } from '../api/types';
import { findPlace } from '../projects/place';

const UNCACHED: RequestInit = { cache: 'no-store' };

/** The way from the page to the beginning of the service, where people sign in. */
function findBeginning(): string {
  return findPlace() === 'area-of-several' ? '../../' : '';
}

export function loadPerson(): Promise<PersonDescription> {
  return loadJson('person', UNCACHED);
}

/** The rows before the one of this number; without one the newest. */
export function loadTrail(before?: number): Promise<TrailPage> {
  return loadJson(`audit?limit=100${before ? `&before=${before}` : ''}`, UNCACHED);
}

/** The address of the whole trail as a file. */
export function makeTrailAddress(format: 'xlsx' | 'csv'): string {
  return new URL(`audit?f=${format}`, document.baseURI).href;
}

/** Whether somebody is signing out: what is refused from then on is no reason to come back here. */
let isSigningOut = false;

/** Leaves the page for the one where people sign in, which comes back here. */
export function goToSignIn(): void {
  if (isSigningOut) return;
  const here = location.pathname + location.search + location.hash;
  location.assign(`${findBeginning()}sign-in?to=${encodeURIComponent(here)}`);
}

export async function signOut(): Promise<void> {
  isSigningOut = true;
  try {
    await sendRequest(`${findBeginning()}sign-out`, { method: 'POST' });
    location.assign(`${findBeginning()}sign-in`);
  } catch (error) {
    isSigningOut = false;
    throw error;
  }
}
