// All sessions, by name.
import { first } from './first.mjs';

export const SESSIONS = { first };
