import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '../api/client';
import { Connection } from './connection.svelte';

vi.mock('../api/client');

describe('the connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is lost within five seconds, and its return is told once', async () => {
    const connection = new Connection();
    const onReturn = vi.fn();
    vi.mocked(api.reachService).mockResolvedValue(true);
    const stop = connection.watch(onReturn);
    await vi.advanceTimersByTimeAsync(4000);
    expect(connection.lost).toBe(false);
    vi.mocked(api.reachService).mockResolvedValue(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(connection.lost).toBe(true);
    vi.mocked(api.reachService).mockResolvedValue(true);
    await vi.advanceTimersByTimeAsync(6000);
    expect([connection.lost, onReturn.mock.calls.length]).toEqual([false, 1]);
    stop();
    const asked = vi.mocked(api.reachService).mock.calls.length;
    await vi.advanceTimersByTimeAsync(6000);
    expect(vi.mocked(api.reachService).mock.calls.length).toBe(asked);
  });
});
