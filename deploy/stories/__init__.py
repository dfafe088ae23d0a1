"""Stories of the neighbourhood, played through the public HTTP API and checked as an outside integrator would."""
