/** Runs of an analysis: done, going on, or refused. */

import type { Label } from './basics';

export type Status = 'accepted' | 'running' | 'successful' | 'failed' | 'dismissed';

export interface Run {
  job: string;
  process: string;
  status: Status;
  progress?: number | null;
  /** Written as `中文 | English`. */
  message?: string | null;
  settings?: Settings;
}

/** What a run rests on beside its parameters. */
export interface Settings {
  profile: string;
  /** Single rules that were set, each as `key=value`. */
  set: string[];
  scenario: string | null;
}

/** An analysis that this area lacks the data for, and why. */
export interface Refusal {
  job: null;
  process: string;
  status: 'refused';
  message: Label;
}

export interface Job {
  jobID: string;
  processID?: string;
  status: Status;
  progress?: number | null;
  message?: string;
  fireplan?: { settings: Settings };
}
