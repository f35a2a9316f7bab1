"""Makes the files beside it with Hugging Face's safetensors, PyTorch and NumPy: python make.py
(written with safetensors 0.8, PyTorch 2.15, NumPy 2)."""

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

here = Path(__file__).parent
f = torch.arange(-3, 3).float().reshape(2, 3) / 3
save_file(
    {
        "b.weight": f.clone(),
        "a.half": f.to(torch.float16),
        "a.brain": f.to(torch.bfloat16),
        "bn1.num_batches_tracked": torch.tensor(468),
        "scalar": torch.tensor(0.1),
        "7": torch.tensor([1.0, -0.0]),
    },
    here / "types.safetensors",
    metadata={"format": "pt", "said": "noch größer: ü, \"quoted\""},
)
np.save(here / "float32.npy", np.arange(6, dtype="<f4").reshape(1, 2, 3) / 3)
np.save(here / "vector.npy", np.array([0.1, -2.5, 3e38], dtype="<f4"))
np.save(here / "float64.npy", np.arange(3, dtype="<f8"))
np.save(here / "fortran.npy", np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)))

# Every 16-bit pattern that is a number, widened; and every such number with what lies around it, narrowed.
halves = np.arange(1 << 16, dtype="<u2")
halves = halves[(halves & 0x7FFF) <= 0x7C00]
wide = halves.view("<f2").astype("<f4")
finite = wide[np.isfinite(wide)].astype("<f8")
below = np.sort(np.unique(finite))
middles = ((below[1:] + below[:-1]) / 2).astype("<f4")
around = np.concatenate([middles, np.nextafter(middles, np.float32(-9e9)), np.nextafter(middles, np.float32(9e9))])
around = around.astype("<f4")
narrow = around.astype("<f2")
digest = lambda array: hashlib.sha256(array.tobytes()).hexdigest()
(here / "float16.json").write_text(
    json.dumps(
        {
            "about": "SHA-256 of NumPy's results, little-endian; see make.py",
            "halves": len(halves),
            "wide": digest(wide),
            "around": digest(around),
            "aroundCount": len(around),
            "narrow": digest(narrow),
        },
        indent=1,
    )
    + "\n"
)
