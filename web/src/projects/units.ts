/** Sizes and times as people read them. */

import type { Language } from '../text/language';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const value = bytes / 1024 ** power;
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** Of today the hour, of other days the date. */
export function formatTime(time: string, language: Language, now = new Date()): string {
  const at = new Date(time);
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  return at.toDateString() === now.toDateString()
    ? at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
    : at.toLocaleDateString(locale, { year: 'numeric', month: 'numeric', day: 'numeric' });
}
