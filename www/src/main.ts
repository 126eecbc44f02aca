import { PROTOCOL_VERSION } from '@aztec-lite/sdk';

const place = document.getElementById('protocol-version');
if (place) {
  place.textContent = PROTOCOL_VERSION;
}
