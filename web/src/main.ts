import { mount } from 'svelte';

import './map/map.css';
import './app/app.css';
import { session } from './api/client';
import App from './app/App.svelte';
import { goToSignIn } from './people/requests';
import { findPlace } from './projects/place';
import ProjectsPage from './projects/ProjectsPage.svelte';

declare global {
  interface Window {
    /** It is true while the map is drawn completely, so that tests and screenshots can wait for that. */
    ready: boolean;
  }
}

window.ready = false;
session.onEnd = goToSignIn;
mount(findPlace() === 'list' ? ProjectsPage : App, { target: document.getElementById('app')! });
