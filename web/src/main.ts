import { mount } from 'svelte';

import './map/map.css';
import './app/app.css';
import App from './app/App.svelte';
import { findPlace } from './projects/place';
import ProjectsPage from './projects/ProjectsPage.svelte';

declare global {
  interface Window {
    /** It is true while the map is drawn completely, so that tests and screenshots can wait for that. */
    ready: boolean;
  }
}

window.ready = false;
mount(findPlace() === 'list' ? ProjectsPage : App, { target: document.getElementById('app')! });
