"""Two kinds of rows, fake and honest, and how often each bears which sign: fitted without labels.

Expectation and maximisation, as Dawid and Skene (1979) weigh clinicians whom nobody can check. A
row bears at most one sign of each family; given what it is, families are taken as independent. What
keeps the two kinds from changing places, or from being found where there is only one:

* how often honest rows bear *strong* signs, or are in a ring, is what the policy says and is not
  fitted: that they hardly ever do is what makes a sign strong;
* what fakes are like is learnt from rows with such signs, with signs of several families, or in
  company of proven fakes. A weak sign alone, and silence, are what honest trade has in bulk: they
  are weighed, but nothing is learnt about fakes from them;
* all else starts from the policy, which counts as much as so many rows would.

Kinds of brushing differ in what they leave behind, so that the silence of a family says less than
it would if all fakes were of one kind: it counts in part (``silence``).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

N_STEPS = 200
LEAST_SILENT = 0.02  # share of fakes of which a family says nothing, at the least


@dataclass(frozen=True, kw_only=True)
class Beliefs:
    """What is assumed before a market is seen; shares are of rows (0-1).

    Attributes:
        fake: Share of fakes.
        fake_with: Share of fakes with one sign, whichever.
        fake_in_company: Share of fakes in the company of others that are shown to be fake.
        honest_in_company: The same of honest rows.
        silence: How much of what a family's silence would say is believed.
        n: Rows that this counts as much as: for ``fake``, for signs of honest and of fake rows,
            and for company.
    """

    fake: float
    fake_with: float
    fake_in_company: float
    honest_in_company: float
    silence: float
    n: tuple[float, float, float, float] = (2000.0, 3000.0, 40.0, 20.0)


@dataclass(frozen=True, kw_only=True)
class Signs:
    """The distinct signs of a market.

    Attributes:
        family: Number of the family of each.
        honest_with: Share of honest rows that is assumed to bear each (0-1).
        is_held: Whether that is held to, whatever the market shows.
    """

    family: npt.NDArray[np.intp]
    honest_with: Floats
    is_held: npt.NDArray[np.bool_]

    def by_family(self, shares: Floats) -> Floats:
        """Return the share of rows that bear any sign of a family, for each family."""
        return np.bincount(self.family, shares).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What a fit says; natural logarithms, and the standard error of each beside it.

    Attributes:
        nothing_said: Log-odds of a row without any sign, its company unknown; and its error.
        company: What is added for a row in company of known fakes; for one that is not.
        signs: What each sign adds.
        errors: Its standard error.
        fake_with: Share of fakes that bear each sign.
        honest_with: Share of honest rows that do.
        n: Rows that do.
    """

    nothing_said: tuple[float, float]
    company: tuple[tuple[float, float], tuple[float, float]]
    signs: Floats
    errors: Floats
    fake_with: Floats
    honest_with: Floats
    n: Floats


def fit(bears: Floats, in_company: Floats, n: Floats, signs: Signs, beliefs: Beliefs) -> Worth:
    """Return what each sign is worth.

    Args:
        bears: A row for each pattern, a column for each sign; 1 where the pattern has it.
        in_company: Of each pattern, 1 if its rows are, 0 if not; not a number: it is not asked.
        n: Rows with each pattern, among them those without any sign.
        signs: What the columns are.
        beliefs: What is assumed before.
    """
    n_fake_prior, n_honest_prior, n_sign_prior, n_company_prior = beliefs.n
    assumed = signs.honest_with
    teaches = (bears.sum(axis=1) >= 2) | (bears[:, signs.is_held].any(axis=1)) | (in_company == 1)
    teaches &= bears.any(axis=1)
    fake_with, honest_with = np.full(len(assumed), beliefs.fake_with), assumed
    fake, company = beliefs.fake, np.array([beliefs.fake_in_company, beliefs.honest_in_company])
    inside, outside = (in_company == 1).astype(np.float64), (in_company == 0).astype(np.float64)
    asked = inside + outside
    n_fake = n_honest = np.float64(0)
    for _ in range(N_STEPS):
        silent = _silence(signs, fake_with, honest_with, beliefs.silence)
        log_odds = (
            np.log(fake / (1 - fake))
            + silent.sum()
            + bears @ (np.log(fake_with / honest_with) - silent[signs.family])
            + np.column_stack([inside, outside]) @ np.array(_company(company))
        )
        share = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
        fakes, honest = share * n * teaches, (1 - share) * n
        n_fake, n_honest = fakes.sum(), honest.sum()
        fake = (n_fake + n_fake_prior * beliefs.fake) / (n.sum() + n_fake_prior)
        fake_with = (fakes @ bears + n_sign_prior * beliefs.fake_with) / (n_fake + n_sign_prior)
        found = (honest @ bears + n_honest_prior * assumed) / (n_honest + n_honest_prior)
        honest_with = np.where(signs.is_held, assumed, found)
        company = np.array(
            [
                (fakes @ inside + n_company_prior * beliefs.fake_in_company)
                / (fakes @ asked + n_company_prior),
                (honest @ inside + n_company_prior * beliefs.honest_in_company)
                / (honest @ asked + n_company_prior),
            ]
        )
    silent = _silence(signs, fake_with, honest_with, beliefs.silence)
    n_fakes = n_fake + n_sign_prior
    # Of the logarithm of a share of n rows: one by the rows that it was counted on.
    error = np.sqrt(
        1 / (fake_with * n_fakes)
        + np.where(signs.is_held, 1.0, 1 / (honest_with * (n_honest + n_honest_prior)))
    )
    in_it, alone = _company(company)
    return Worth(
        nothing_said=(
            float(np.log(fake / (1 - fake)) + silent.sum()),
            float(np.sqrt(1 / (n_fake + n_fake_prior * beliefs.fake))),
        ),
        company=(
            (float(in_it), _error(company, n_fake, n_honest)),
            (float(alone), _error(1 - company, n_fake, n_honest)),
        ),
        signs=np.log(fake_with / honest_with) - silent[signs.family],
        errors=error,
        fake_with=fake_with,
        honest_with=honest_with,
        n=n @ bears,
    )


def _silence(signs: Signs, fake_with: Floats, honest_with: Floats, believed: float) -> Floats:
    """What the silence of each family adds."""
    fake = np.maximum(1 - signs.by_family(fake_with), LEAST_SILENT)
    return np.asarray(believed * np.log(fake / (1 - signs.by_family(honest_with))))


def _company(shares: Floats) -> tuple[float, float]:
    """What being in company of known fakes adds, and what not being in it does."""
    fake, honest = np.clip(shares, 1e-4, 1 - 1e-4)
    return float(np.log(fake / honest)), float(np.log((1 - fake) / (1 - honest)))


def _error(shares: Floats, n_fake: float, n_honest: float) -> float:
    """Return the standard error of the logarithm of a ratio of two shares."""
    counts = shares * np.array([n_fake, n_honest])
    return float(np.sqrt((1 / (counts + 1)).sum()))
