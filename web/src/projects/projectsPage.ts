/** Language, theme and messages of the list: it has no map, and none of its state. */

import { Messages } from '../app/messages.svelte';
import { PageTheme } from '../app/theme.svelte';
import { SignedPerson } from '../people/person.svelte';
import { PageLanguage } from '../text/pageLanguage.svelte';
import { Drafting } from './drafting.svelte';
import { ProjectChoice } from './projectChoice.svelte';

const language = new PageLanguage();
const theme = new PageTheme();
const messages = new Messages(language);
const choice = new ProjectChoice(messages);
const drafting = new Drafting(messages);
const person = new SignedPerson(messages);

export const projectsPage = { choice, drafting, language, messages, person, theme };

/** The address as far as the list knows it: the draft that is being made, language and theme. */
export function readListAddress(): void {
  const fields = new URLSearchParams(location.hash.replace(/^#/, ''));
  const chosen = fields.get('theme');
  theme.chosen = chosen === 'light' || chosen === 'dark' ? chosen : null;
  language.current = fields.get('lang') === 'en' ? 'en' : 'zh';
  const draft = fields.get('draft');
  if (draft) void drafting.resume(draft);
}

export function formatListAddress(): string {
  const fields = new URLSearchParams();
  if (drafting.id) fields.set('draft', drafting.id);
  if (language.current === 'en') fields.set('lang', 'en');
  if (theme.chosen) fields.set('theme', theme.chosen);
  const text = fields.toString();
  return text ? `#${text}` : '';
}
