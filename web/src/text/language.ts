/** The two languages of the page, and texts that come in both. */

import type { Label } from '../api/types';
import { en } from './en';
import { manualEn } from './manual.en';
import { manualZh, type ManualText } from './manual.zh';
import { zh, type Text } from './zh';

export type { Text };

export type Language = 'zh' | 'en';

export const texts: Record<Language, Text> = { zh, en };

export const manuals: Record<Language, ManualText> = { zh: manualZh, en: manualEn };

/** Falls back to Chinese, which the server always gives. */
export function translateLabel(label: Label | null | undefined, language: Language): string {
  return label ? label[language] || label.zh : '';
}

/** Reads `中文 | English`; without a bar the text stands for both languages. */
export function parseLabel(text: string | null | undefined): Label {
  const [zh = '', ...rest] = (text ?? '').split('|');
  const en = rest.join('|').trim();
  return { zh: zh.trim(), en: en || zh.trim() };
}

/** Puts a name before what it is the name of; Chinese has a wide colon. */
export function joinPair(name: string, value: string, language: Language): string {
  return language === 'zh' ? `${name}：${value}` : `${name}: ${value}`;
}

/** Chinese lists are parted by the enumeration comma. */
export function joinList(items: string[], language: Language): string {
  return items.join(language === 'zh' ? '、' : ', ');
}
