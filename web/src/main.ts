import { mount } from 'svelte';

import './map/map.css';
import './app/app.css';
import App from './app/App.svelte';

declare global {
  interface Window {
    /** True while the map is drawn completely; for tests and screenshots. */
    ready: boolean;
  }
}

window.ready = false;
mount(App, { target: document.getElementById('app')! });
