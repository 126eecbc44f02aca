import { PROTOCOL_VERSION } from '@aztec-lite/sdk/version';

const place = document.getElementById('protocol-version');
if (place) {
  place.textContent = PROTOCOL_VERSION;
}
