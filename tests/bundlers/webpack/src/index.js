import { run } from '../page.js';

void run();
