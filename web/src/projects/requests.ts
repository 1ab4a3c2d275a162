/** What is asked of the service of many areas. Addresses are relative to the list. */

import { loadJson, makeRequest, sendRequest } from '../api/client';
import type { Draft, FolderListing, Project, ProjectList } from './types';

const UNCACHED: RequestInit = { cache: 'no-store' };
const escapePart = encodeURIComponent;

export function loadProjects(): Promise<ProjectList> {
  return loadJson('projects', UNCACHED);
}

/** `at`: the way from the page to the list. */
export function loadProject(id: string, at = ''): Promise<Project> {
  return loadJson(`${at}projects/${escapePart(id)}`, UNCACHED);
}

export function openProject(id: string): Promise<Project> {
  return loadJson(`projects/${escapePart(id)}/opening`, { method: 'POST' });
}

export function closeProject(id: string, at = ''): Promise<Project> {
  return loadJson(`${at}projects/${escapePart(id)}/opening`, { method: 'DELETE' });
}

export function copyProject(id: string, name: string): Promise<Project> {
  return loadJson(`projects/${escapePart(id)}/copy`, makeRequest('POST', { name }));
}

export function archiveProject(id: string): Promise<Project> {
  return loadJson(`projects/${escapePart(id)}/archive`, { method: 'POST' });
}

export function restoreProject(id: string): Promise<Project> {
  return loadJson(`projects/${escapePart(id)}/restore`, { method: 'POST' });
}

export function loadFolder(number: number, path: string): Promise<FolderListing> {
  return loadJson(`folders/${number}?path=${escapePart(path)}`, UNCACHED);
}

export function beginDraft(name: string, folder?: { number: number; path: string }): Promise<Draft> {
  return loadJson('drafts', makeRequest('POST', { name, folder: folder ?? null }));
}

export function loadDraft(id: string): Promise<Draft> {
  return loadJson(`drafts/${escapePart(id)}`, UNCACHED);
}

export function discardDraft(id: string): Promise<Response> {
  return sendRequest(`drafts/${escapePart(id)}`, { method: 'DELETE' });
}

export function sendFile(draft: string, path: string, file: Blob, signal: AbortSignal): Promise<Response> {
  const address = `drafts/${escapePart(draft)}/files/${path.split('/').map(escapePart).join('/')}`;
  return sendRequest(address, {
    method: 'PUT',
    body: file,
    headers: { 'Content-Type': 'application/octet-stream' },
    signal,
  });
}

export function lookAtDraft(id: string): Promise<Draft> {
  return loadJson(`drafts/${escapePart(id)}/look`, { method: 'POST' });
}

export function answerDraft(id: string, answers: Record<string, string | null>): Promise<Draft> {
  return loadJson(`drafts/${escapePart(id)}/answers`, makeRequest('PUT', { answers }));
}

export function finishDraft(id: string, name: string): Promise<Draft> {
  return loadJson(`drafts/${escapePart(id)}/project`, makeRequest('POST', { name }));
}

/** Asks an area for its coverage; a question that is being answered already has the same job. */
export async function startCoverage(id: string): Promise<string | null> {
  const request = makeRequest('POST', {}, { Prefer: 'respond-async' });
  const address = `areas/${escapePart(id)}/processes/coverage/execution`;
  const job = (await (await sendRequest(address, request)).json()) as { jobID: string };
  return job.jobID;
}

/** Stops what goes on; what was brought in stays. */
export function stopDraft(id: string): Promise<Draft> {
  return loadJson(`drafts/${escapePart(id)}/work`, { method: 'DELETE' });
}
