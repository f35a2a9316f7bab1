"""Writes fast-samplers.json: UniPC of order 2 and SDE-DPM-Solver++(2M) on the dummy model of samplers.json, by diffusers: x and the model in float64, schedule and fresh noise in float32.

pip install torch diffusers; python make_fast_samplers.py
"""

import json
import pathlib

import diffusers
import torch

LABELS, W, SALT = [0, 3, 7, 9], 3.0, 0
SCHEDULE = {"num_train_timesteps": 300, "beta_start": 1e-4, "beta_end": 0.02, "beta_schedule": "linear"}
SPACING = {"timestep_spacing": "trailing", "final_sigmas_type": "zero"}


def noise(k):
    i = torch.arange(64, dtype=torch.int64)
    u = ((31 * i * i + 618033 * i + 104729 * (k + SALT)) % 1000003).double() / 1000003
    return (3**0.5 * (2 * u - 1)).reshape(4, 1, 4, 4)


def model(x, t):
    y = torch.tensor(LABELS, dtype=torch.float64).reshape(4, 1, 1, 1)
    cond, uncond = (torch.tanh(0.9 * x + 0.002 * t - 0.1 * label) for label in (y, 0 * y))
    return uncond + W * (cond - uncond)


def unipc(**options):
    return diffusers.UniPCMultistepScheduler(solver_order=2, solver_type="bh2", **SCHEDULE, **SPACING, **options)


def sde(**options):
    return diffusers.DPMSolverMultistepScheduler(algorithm_type="sde-dpmsolver++", **SCHEDULE, **SPACING, **options)


def case(scheduler, steps):
    scheduler.set_timesteps(steps)
    x, after = noise(100), []
    for t in scheduler.timesteps:
        fresh = {"variance_noise": noise(1000 + int(t))} if isinstance(scheduler, diffusers.DPMSolverMultistepScheduler) else {}
        x = scheduler.step(model(x, int(t)), t, x, **fresh).prev_sample
        after.append(x.flatten())
    return {
        "timesteps": scheduler.timesteps.tolist(),
        "first": after[0][:8].tolist(),
        "middle": after[steps // 2][:8].tolist(),
        "last": after[-1].tolist(),
    }


zero_snr = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
golden = {
    "about": f"diffusers {diffusers.__version__} on the dummy model, x in float64",
    **{"salt": SALT, "labels": LABELS, "w": W},
    "cases": {
        **{f"unipc2-{steps}-trailing": case(unipc(), steps) for steps in (5, 10, 20)},
        "unipc2-10-trailing-vprediction-zero-terminal-snr": case(unipc(**zero_snr), 10),
        **{f"sde-dpmsolver++2m-{steps}-trailing": case(sde(), steps) for steps in (5, 10, 20)},
        "sde-dpmsolver++2m-10-trailing-vprediction-zero-terminal-snr": case(sde(**zero_snr), 10),
    },
}
pathlib.Path(__file__).with_name("fast-samplers.json").write_text(json.dumps(golden) + "\n")
